import './styles/styles';
